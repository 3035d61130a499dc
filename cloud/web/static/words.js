// What this page says, in its language: `vizoraWords` comes in a script before this one (in English there is none).
const { said = {}, problems = {}, form = (count) => Number(count !== 1) } = globalThis.vizoraWords ?? {};
const { lang } = document.documentElement;

// The reader's own region of the page's language, with the digits that the server writes.
export const locale = new Intl.Locale(navigator.languages.find((one) => one.split("-")[0] === lang) || lang, { numberingSystem: "latn" });
const numbers = new Intl.NumberFormat(locale);
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
export function problem({ code, detail }) {
  return problems[code] || detail;
}

export function percentage(percent) {
  return percents.format(Math.floor(percent) / 100);
}

function filled(words, values) {
  return words.replaceAll(/%\((\w+)\)s/g, (_all, name) => values[name]);
}
