// What this page says, in its language: `vizoraWords` comes in a script before this one (in English there is none).
const { said = {}, problems = {}, faults = {}, strangers = {}, form = (count) => Number(count !== 1) } = globalThis.vizoraWords ?? {};
const { dir, lang } = document.documentElement;

// The reader's own region of the page's language, with the digits that the server writes.
export const locale = new Intl.Locale(navigator.languages.find((one) => one.split("-")[0] === lang) || lang, { numberingSystem: "latn" });
const numbers = new Intl.NumberFormat(locale);
const parts = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
const percents = new Intl.NumberFormat(locale, { style: "percent" });

// `%(name)s` in a message stands for a value, as on the server.
export function _(message, values = {}) {
  return filled(said[message] || message, values);
}

// As `_`, in the form for so many; `%(count)s` is the number.
export function many(one, several, count, values = {}) {
  const forms = said[one] || [one, several];
  return filled(forms[form(count)], { count: numbers.format(count), ...values });
}

// The API says what is wrong in English, and a code: where the code is known its sentence is said instead.
export function problem({ code, detail, details }) {
  return fault(details?.fault) || problems[code] || detail;
}

// Why a file can't be shown; nothing where only the API's own sentence is known.
function fault(found) {
  const words = found && faults[found.code];
  if (!words) return "";
  const entries = Object.entries(found.parts).map(([name, part]) => [name, typeof part === "number" ? parts.format(part) : asWritten(part)]);
  const written = Object.fromEntries(entries);
  const stranger = strangers[found.parts.found];
  return filled(words, stranger ? { ...written, found: filled(stranger, written) } : written);
}

// Kept in its own order within a text that runs the other way, as on the server.
function asWritten(text) {
  return dir === "rtl" ? `\u2066${text}\u2069` : text;
}

export function percentage(percent) {
  return percents.format(Math.floor(percent) / 100);
}

function filled(words, values) {
  return words.replaceAll(/%\((\w+)\)s/g, (_all, name) => values[name]);
}
