// SPDX-License-Identifier: Apache-2.0
import i18next from 'i18next';
import { initReactI18next } from 'react-i18next';
import en from './en.json';

export const LANGUAGES = [
  { id: 'en', name: 'English' },
  { id: 'fr', name: 'Français' },
] as const;
type Language = (typeof LANGUAGES)[number]['id'];

const KEPT = 'millrace.language';

/** What the user has chosen, else what the browser asks for, else English. */
function initialLanguage(): Language {
  const wanted = [localStorage.getItem(KEPT), ...navigator.languages.map((tag) => tag.slice(0, 2))];
  return LANGUAGES.find((language) => wanted.find((one) => LANGUAGES.some((l) => l.id === one)) === language.id)?.id ?? 'en';
}

async function load(language: Language): Promise<void> {
  if (language !== 'en' && !i18next.hasResourceBundle(language, 'translation')) {
    const texts = (await import('./fr.json')) as { default: object };
    i18next.addResourceBundle(language, 'translation', texts.default);
  }
}

export async function setLanguage(language: Language): Promise<void> {
  await load(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(KEPT, language);
}

export async function startTexts(): Promise<void> {
  const language = initialLanguage();
  await i18next.use(initReactI18next).init({
    lng: 'en',
    fallbackLng: 'en',
    resources: { en: { translation: en } },
    interpolation: { escapeValue: false }, // React escapes
    returnNull: false,
  });
  if (language !== 'en') {
    await load(language);
    await i18next.changeLanguage(language);
  }
  document.documentElement.lang = language;
  // what is chosen in one tab holds in all
  window.addEventListener('storage', ({ key, newValue }) => {
    const chosen = LANGUAGES.find(({ id }) => key === KEPT && id === newValue);
    if (chosen) void setLanguage(chosen.id);
  });
}
