// SPDX-License-Identifier: Apache-2.0
import { useQuery } from '@tanstack/react-query';
import { path } from '../api/client';
import { useTenant } from '../app/context';
import { Await } from './basics';
import { Markdown } from './Markdown';

/** What a type of a plugin does, with its properties and examples; without its name, which is said above. */
export function PluginDoc({ type }: { type: string }) {
  const { api } = useTenant();
  const documentation = useQuery({ queryKey: [api.tenant, 'plugins', 'one', type], queryFn: () => api.get<{ markdown: string }>(`plugins/${path(type)}`), staleTime: Infinity });
  return <Await query={documentation}>{(read) => <Markdown text={read.markdown.replace(/^# .*\n/, '')} />}</Await>;
}
