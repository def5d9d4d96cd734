// SPDX-License-Identifier: Apache-2.0
import { createContext, useContext } from 'react';
import { FlowSource } from '../editor/flowDocument';

const EMPTY = new FlowSource('');

/** The source as the form shows it. */
export const SourceContext = createContext<FlowSource>(EMPTY);

export function useSource(): FlowSource {
  return useContext(SourceContext);
}
