import { Circuit, type CircuitLimits, type Pass } from '../../lib/breaker/circuit.js';

const circuitOf = (limits: Partial<CircuitLimits> = {}): Circuit =>
  new Circuit({ failures: 2, ratio: undefined, minimum: 1, window: 100, probes: 2, probeTimeout: 50, ...limits });

/** Fails until it opens, for 100 ms. */
function openAt(circuit: Circuit, now: number): void {
  const pass = circuit.admit(now) as Pass;
  while (circuit.fail(pass, now) === undefined);
  circuit.open(now + 100);
}

describe('Circuit', () => {
  test('is closed, then open until the break is over, then half-open', () => {
    const circuit = circuitOf();
    expect([circuit.stateAt(0), circuit.until]).toEqual(['closed', undefined]);
    openAt(circuit, 0);
    expect([circuit.stateAt(99), circuit.stateAt(100), circuit.until]).toEqual(['open', 'half-open', 100]);
    expect([circuit.failuresInARow, circuit.breaks]).toEqual([2, 1]);
  });

  test('fail returns why the circuit has to open', () => {
    const circuit = circuitOf();
    const pass = circuit.admit(0) as Pass;
    expect(circuit.fail(pass, 0)).toBeUndefined();
    expect(circuit.fail(pass, 0)).toBe('after 2 failures');
    const share = circuitOf({ failures: Infinity, ratio: 0.5, minimum: 4 });
    const one = share.admit(0) as Pass;
    for (let i = 0; i < 3; i += 1) expect(share.succeed(one, 0)).toBe(false);
    expect([share.fail(one, 0), share.fail(one, 1)]).toEqual([undefined, undefined]);
    expect(share.fail(one, 2)).toBe('after 3 of 6 calls failed');
    openAt(circuit, 10);
    expect(circuit.fail(circuit.admit(110) as Pass, 110)).toBe('again after a failed probe');
  });

  test('gives all calls of a closed period one pass, and none while it is open', () => {
    const circuit = circuitOf();
    expect(circuit.admit(0)).toBe(circuit.closedPass);
    openAt(circuit, 0);
    expect(circuit.closedPass).toBeUndefined();
    expect(circuit.admit(99)).toBeUndefined();
  });

  test('needs the time only with a share, and unless it is closed', () => {
    expect(circuitOf({ ratio: 0.5 }).isTimed).toBe(true);
    const circuit = circuitOf();
    expect(circuit.isTimed).toBe(false);
    openAt(circuit, 0);
    expect(circuit.isTimed).toBe(true);
  });

  test('counts a success as a permit kept, a returned or expired one as free', () => {
    const circuit = circuitOf();
    openAt(circuit, 0);
    const [one, two] = [circuit.admit(100), circuit.admit(100)] as [Pass, Pass];
    expect(circuit.admit(100)).toBeUndefined();
    circuit.giveBack(one);
    const three = circuit.admit(120) as Pass;
    expect(circuit.admit(120)).toBeUndefined();
    expect([circuit.isValid(two, 149), circuit.isValid(two, 150)]).toEqual([true, false]);
    expect(circuit.succeed(three, 130)).toBe(false);
    // Two has expired, and three keeps its permit: one more.
    const four = circuit.admit(150) as Pass;
    expect(circuit.admit(150)).toBeUndefined();
    expect(circuit.succeed(two, 150)).toBe(false);
    expect(circuit.succeed(four, 160)).toBe(true);
    expect([circuit.stateAt(160), circuit.breaks, circuit.failuresInARow]).toEqual(['closed', 0, 0]);
  });

  test('ignores passes of earlier periods', () => {
    const circuit = circuitOf();
    const late = circuit.admit(0) as Pass;
    openAt(circuit, 0);
    expect([circuit.fail(late, 1), circuit.succeed(late, 1)]).toEqual([undefined, false]);
    circuit.close();
    expect(circuit.isValid(late, 2)).toBe(false);
    expect(circuit.fail(late, 2)).toBeUndefined();
    expect(circuit.failuresInARow).toBe(0);
  });

  test('forgets the share when it opens and when it is closed', () => {
    const circuit = circuitOf({ failures: Infinity, ratio: 1, minimum: 2, window: 1e6 });
    const fails = (now: number): string | undefined => circuit.fail(circuit.admit(now) as Pass, now);
    expect([fails(0), fails(0)]).toEqual([undefined, 'after 2 of 2 calls failed']);
    circuit.close();
    expect([fails(1), fails(1)]).toEqual([undefined, 'after 2 of 2 calls failed']);
    circuit.open(10);
    circuit.succeed(circuit.admit(10) as Pass, 10);
    circuit.succeed(circuit.admit(10) as Pass, 10);
    expect(fails(11)).toBeUndefined();
  });

  test('goes on from an earlier process', () => {
    const circuit = circuitOf({ failures: 5 });
    circuit.restore(4, 3, undefined);
    expect(circuit.fail(circuit.admit(0) as Pass, 0)).toBe('after 5 failures');
    circuit.open(10);
    expect(circuit.breaks).toBe(4);
  });
});
