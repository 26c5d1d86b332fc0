/** A function that fails each time. */
export const fails = async (): Promise<never> => {
  throw new Error('broken');
};
