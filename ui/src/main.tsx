// SPDX-License-Identifier: Apache-2.0
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './app/styles.css';
import { createRoot } from 'react-dom/client';
import { App } from './app/App';
import { startTexts } from './i18n';

const root = document.getElementById('root');
if (!root) throw new Error('Expected an element with the id root');
void startTexts().then(() => createRoot(root).render(<App />));
