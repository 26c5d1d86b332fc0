// Builds the form, reads it, marks what is wrong in it, and keeps it in the page's address.
import { DEFAULTS, POLICY, SIDES, WORLD, rangeOf, type Field, type Section, type Values } from './fields.js';
import { element, make } from './text.js';

type Control = HTMLInputElement | HTMLSelectElement;

const controls = new Map<string, { readonly control: Control; readonly field: Field }>();

function controlOf(field: Field, name: string, label: string): Control {
  const control = document.createElement(field.kind === 'select' ? 'select' : 'input');
  control.name = name;
  control.setAttribute('aria-label', label);
  if (control instanceof HTMLSelectElement) {
    for (const [value, text] of Object.entries(field.choices ?? {})) control.add(new Option(text, value));
  } else {
    control.type = field.kind;
    control.min = String(field.min);
    control.max = String(field.max);
    control.step = String(field.step ?? 1);
    control.required = field.kind === 'number' && field.optional !== true;
    if (field.optional === true) control.placeholder = 'none';
  }
  controls.set(name, { control, field });
  return control;
}

/** A control with its message and, at a slider, its value. */
function cell(field: Field, name: string, label: string): HTMLElement {
  const control = controlOf(field, name, label);
  const message = make('span', 'message');
  message.id = `${name}-message`;
  control.setAttribute('aria-describedby', message.id);
  return make('span', 'cell', control, ...(field.format === undefined ? [] : [make('output', '')]), message);
}

function fieldset({ title, fields }: Section, prefixes: readonly string[]): HTMLElement {
  const rows = fields.map((field) => {
    const cells = prefixes.map((prefix) =>
      cell(
        field,
        `${prefix}${field.name}`,
        `${prefix === '' ? '' : `${prefix[0]?.toUpperCase() ?? ''}: `}${field.label}`,
      ),
    );
    return make('div', 'row', make('span', 'name', field.label), ...cells);
  });
  const made = make('fieldset', prefixes.length > 1 ? 'two' : 'one', make('legend', '', title), ...rows);
  return made;
}

export function buildForm(): void {
  element('policies').append(
    ...POLICY.map((section) =>
      fieldset(
        section,
        SIDES.map((side) => `${side}.`),
      ),
    ),
  );
  element('world').append(...WORLD.map((section) => fieldset(section, [''])));
}

/** Puts values into the form; what is not named gets its default. */
export function write(values: Values): void {
  for (const [name, { control }] of controls) {
    control.value = values[name] ?? DEFAULTS[name] ?? '';
    if (control.value === '' && control instanceof HTMLSelectElement) control.value = DEFAULTS[name] ?? '';
  }
}

export const read = (): Values => Object.fromEntries([...controls].map(([name, { control }]) => [name, control.value]));

/** The address names what differs from the defaults. */
export function keep(values: Values): void {
  const changed = Object.entries(values).filter(([name, value]) => value !== DEFAULTS[name]);
  const hash = new URLSearchParams(changed).toString();
  history.replaceState(undefined, '', hash === '' ? location.pathname : `#${hash}`);
}

export const kept = (): Values => Object.fromEntries(new URLSearchParams(location.hash.slice(1)));

/** Marks a field with a message, or takes the mark away. */
export function mark(name: string, message: string): void {
  const found = controls.get(name);
  if (found === undefined) return;
  found.control.toggleAttribute('aria-invalid', message !== '');
  if (message !== '') found.control.setAttribute('aria-invalid', 'true');
  element(`${name}-message`).textContent = message;
}

/** Shows the sliders' values, marks what is wrong, and returns whether all is right. */
export function check(): boolean {
  let valid = true;
  for (const [name, { control, field }] of controls) {
    const right = control.validity.valid;
    valid &&= right;
    mark(name, right ? '' : rangeOf(field));
    const output = control.parentElement?.querySelector('output');
    if (output != null) output.textContent = field.format?.(Number(control.value)) ?? '';
  }
  return valid;
}

/** The field of a policy that an error of the library speaks about. */
export function fieldIn(side: string, message: string): string | undefined {
  const names = [...controls.keys()].filter((name) => name.startsWith(`${side}.`));
  return names.find((name) => new RegExp(`\\b${name.slice(2)}\\b`).test(message));
}
