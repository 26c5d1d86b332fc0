// The page of the playground: reads the form, lets the library simulate both policies, draws what comes out.
import { SIDES, type Side, type Values } from './fields.js';
import { buildForm, check, fieldIn, keep, kept, mark, read, write } from './form.js';
import { choiceOf, codeOf, jsonOf, type Choice } from './policy.js';
import { PRESETS, valuesOf } from './presets.js';
import { showFigures, showFindings, showFleet, showTimelines, showWaits, type Pair } from './results.js';
import { resultOf } from './simulation.js';
import { element, make } from './text.js';

const form = element<HTMLFormElement>('form');
const presets = element<HTMLSelectElement>('preset');
const phone = matchMedia('(max-width: 60rem)');

let round = 0;

const pair = <T>(of: (side: Side) => T): Pair<T> => ({ a: of('a'), b: of('b') });

/** The choices of both sides; `undefined` where the library refuses one, whose field is then marked. */
function choices(values: Values): Pair<Choice> | undefined {
  const refused = SIDES.filter((side) => {
    try {
      choiceOf(values, side);
      return false;
    } catch (error) {
      const { message } = error as Error;
      mark(fieldIn(side, message) ?? `${side}.wait`, message);
      return true;
    }
  });
  return refused.length > 0 ? undefined : pair((side) => choiceOf(values, side));
}

function complain(message: string): void {
  document.body.dataset.shown = String(round);
  element('mistake').textContent = message;
  element('results').classList.toggle('stale', message !== '');
}

function showCode(both: Pair<Choice>): void {
  const side = form.ownerDocument.querySelector<HTMLInputElement>('input[name="side"]:checked')?.value as Side;
  const json = element<HTMLInputElement>('as-json').checked;
  const choice = both[side];
  element('code').textContent = json ? jsonOf(choice) : codeOf(choice);
  element('json-note').hidden = !json || Object.keys(choice.shared).length === 0;
}

async function show(): Promise<void> {
  const mine = (round += 1);
  const values = read();
  const valid = check();
  const both = valid ? choices(values) : undefined;
  if (both === undefined) return complain('The results are those of before: please correct the marked field.');
  keep(values);
  try {
    showCode(both);
    const [a, b] = await Promise.all(SIDES.map((side) => resultOf(both[side], values)));
    if (mine !== round || a === undefined || b === undefined) return;
    const results = { a, b };
    showFleet(results, values);
    showFigures(results);
    showTimelines(results, both);
    showWaits(results, both);
    showFindings(results);
    complain('');
  } catch (error) {
    complain((error as Error).message);
  }
}

function copies(button: string, what: () => string, said: string): void {
  element(button).addEventListener('click', () => {
    void navigator.clipboard.writeText(what()).then(
      () => (element('said').textContent = said),
      () => (element('said').textContent = 'the browser does not allow it'),
    );
  });
}

/** Where there is one column the results come first, for the eye and for the keyboard. */
function arrange(): void {
  const main = element('main');
  const results = element('results');
  if (phone.matches) main.prepend(results);
  else main.append(results);
}

function choosePreset(): void {
  const preset = PRESETS[presets.value];
  if (preset === undefined) return;
  element('about').textContent = preset.about;
  write(valuesOf(preset));
  void show();
}

/** The preset whose values these are, or none. */
function matchPreset(): void {
  const values = read();
  const found = Object.entries(PRESETS).find(([, preset]) =>
    Object.entries(valuesOf(preset)).every(([name, value]) => values[name] === value),
  );
  presets.value = found?.[0] ?? '';
  element('about').textContent = found?.[1].about ?? 'Two policies of your own.';
}

buildForm();
presets.append(
  ...Object.entries(PRESETS).map(([name, { title }]) => new Option(title, name)),
  new Option('your own', ''),
);
element('legend').replaceChildren(...SIDES.map((side) => make('span', `side ${side}`, side.toUpperCase())));
write(kept());
matchPreset();
arrange();

let later: ReturnType<typeof setTimeout>;
const soon = (): void => {
  clearTimeout(later);
  later = setTimeout(() => void show(), 150);
};
form.addEventListener('input', () => {
  check();
  matchPreset();
  soon();
});
form.addEventListener('submit', (event) => event.preventDefault());
presets.addEventListener('change', choosePreset);
element('code-choice').addEventListener('change', () => void show());
copies('copy', () => element('code').textContent ?? '', 'copied');
copies('share', () => location.href, 'link copied');
element('jump').addEventListener('click', () => form.querySelector('input')?.focus());
phone.addEventListener('change', arrange);
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => void show());
addEventListener('resize', soon);
addEventListener('hashchange', () => {
  write(kept());
  matchPreset();
  void show();
});
void show();
