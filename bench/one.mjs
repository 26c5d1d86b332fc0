/** Runs one scenario in this process and prints its figures as JSON: `node --expose-gc one.mjs success`. */
const { default: run, title, unit, floor, bars, columns } = await import(`./scenarios/${process.argv[2]}.mjs`);
const rows = await run();
process.stdout.write(`${JSON.stringify({ title, unit, floor, bars, columns, rows })}\n`);
process.exit(0);
