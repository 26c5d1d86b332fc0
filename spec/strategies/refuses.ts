/** Declares a test for each of these errors: `make` throws an error of the same class with the same message. */
export function refuses(cases: readonly (readonly [error: Error, make: () => unknown])[]): void {
  test.each(cases.map(([error, make]) => [error.message, error, make] as const))(
    'with the error "%s"',
    (_message, error, make) => {
      expect(make).toThrow(error.constructor as new () => Error);
      expect(make).toThrow(error);
    },
  );
}

/** A value of whatever type, as a caller without types hands it in. */
export const any = (value: unknown): any => value;
