// SPDX-License-Identifier: Apache-2.0
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core';

const water: MantineColorsTuple = [
  '#e6f7f9', '#d0edf1', '#a3dbe3', '#73c8d4', '#4cb7c7', '#2ea7b9', '#16909f', '#0f7886', '#0c6571', '#08525c',
];

/** Near-black with a little of the primary colour in it. */
const dark: MantineColorsTuple = [
  '#d3dadd', '#b4bec3', '#98a4aa', '#5f6c73', '#3a464c', '#2c363b', '#1f272b', '#171d21', '#11171a', '#0b1012',
];

export const theme = createTheme({
  colors: { water, dark },
  primaryColor: 'water',
  primaryShade: { light: 7, dark: 7 },
  fontFamily: '"Inter", "Segoe UI", system-ui, -apple-system, "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: '"JetBrains Mono", "SFMono-Regular", Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.375rem' }, h2: { fontSize: '1.125rem' }, h3: { fontSize: '1rem' } } },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  autoContrast: true,
  luminanceThreshold: 0.36,
  components: {
    Table: { defaultProps: { verticalSpacing: 8, horizontalSpacing: 'sm', fz: 'sm' } },
    Tooltip: { defaultProps: { openDelay: 300, withArrow: true, multiline: true, maw: 420 } },
    Button: { defaultProps: { size: 'sm' } },
    ActionIcon: { defaultProps: { variant: 'subtle', color: 'gray' } },
    Modal: { defaultProps: { centered: true, transitionProps: { duration: 120 } } },
    Drawer: { defaultProps: { position: 'right', transitionProps: { duration: 120 } } },
    SegmentedControl: { styles: { root: { maxWidth: '100%', overflowX: 'auto' } } },
    Breadcrumbs: { styles: { root: { flexWrap: 'wrap' }, breadcrumb: { whiteSpace: 'normal', overflowWrap: 'anywhere' } } },
    Select: { defaultProps: { comboboxProps: { shadow: 'md' } } },
  },
});

/** Secondary text, placeholders and light variants with the contrast that WCAG AA asks for. */
export const cssVariables: CSSVariablesResolver = () => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': '#525d66',
    '--mantine-color-placeholder': '#5f6972',
    '--mantine-color-body': '#f6f8f9',
    '--mantine-color-error': '#c92a2a',
    '--mantine-color-anchor': '#0c6571',
    '--mantine-color-gray-light-color': '#495057',
    '--mantine-color-water-light-color': '#0c6571',
    '--mantine-color-gray-text': '#495057',
    '--mantine-color-orange-light-color': '#8a3c00',
    '--mr-surface': '#ffffff',
    '--mr-surface-2': '#f1f4f6',
    '--mr-line': '#dfe5e8',
  },
  dark: {
    '--mantine-color-dimmed': '#a3afb5',
    '--mantine-color-placeholder': '#93a0a7',
    '--mantine-color-body': '#11171a',
    '--mantine-color-error': '#ff8787',
    '--mantine-color-anchor': '#73c8d4',
    '--mantine-color-gray-light-color': '#d3dadd',
    '--mantine-color-water-light-color': '#a3dbe3',
    '--mantine-color-gray-text': '#c4cdd1',
    '--mantine-color-orange-light-color': '#ffc078',
    '--mr-surface': '#171d21',
    '--mr-surface-2': '#1f272b',
    '--mr-line': '#2f3a40',
  },
});
