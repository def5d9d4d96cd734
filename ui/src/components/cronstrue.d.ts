// SPDX-License-Identifier: Apache-2.0
// Adds itself to the languages of cronstrue.
declare module 'cronstrue/locales/fr';
