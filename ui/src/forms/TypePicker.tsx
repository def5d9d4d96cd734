// SPDX-License-Identifier: Apache-2.0
import { ScrollArea, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useTenant } from '../app/context';
import { ProblemView, shortType } from '../components/basics';
import { Dialog } from '../components/Dialog';
import { useEditing } from './edit';

interface Element {
  cls: string;
  deprecated: boolean;
  title?: string | null;
}

interface PluginGroup {
  title: string;
  tasks: Element[];
  triggers: Element[];
}

const USUAL: Record<string, string[]> = {
  task: ['core.log.Log', 'scripts.shell.Script', 'scripts.python.Script', 'core.http.Request', 'core.flow.Parallel', 'core.flow.If', 'core.flow.ForEach', 'core.flow.Subflow', 'core.flow.Pause', 'core.flow.Approval'],
  trigger: ['core.trigger.Schedule', 'core.trigger.Webhook', 'core.trigger.Flow'],
};

/** Chooses the type of a task, trigger or input: what it does first, its name after it. */
export function TypePicker({ what, onPick, onClose }: { what: 'task' | 'trigger' | 'input'; onPick: (type: string) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const { book } = useEditing();
  const [text, setText] = useState('');
  const plugins = useQuery({ queryKey: [api.tenant, 'plugins', 'list'], queryFn: () => api.get<PluginGroup[]>('plugins'), staleTime: Infinity, enabled: what !== 'input' });
  const types = useMemo(() => {
    if (what === 'input') return (book.definition('input')?.properties?.['type']?.enum ?? []).filter((one) => one !== null).map((one) => ({ cls: String(one), title: '', group: '' }));
    const all = (plugins.data ?? []).flatMap((group) => (what === 'task' ? group.tasks : group.triggers).filter((one) => !one.deprecated).map((one) => ({ cls: one.cls, title: one.title ?? '', group: group.title })));
    const usual = (cls: string) => {
      const at = (USUAL[what] ?? []).findIndex((one) => cls.endsWith(`plugin.${one}`));
      return at < 0 ? 99 : at;
    };
    return all.sort((a, b) => usual(a.cls) - usual(b.cls) || a.cls.localeCompare(b.cls));
  }, [what, plugins.data, book]);
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = types.filter((one) => wanted.every((word) => `${one.cls} ${one.title}`.toLowerCase().includes(word)));
  const first = found[0];
  return (
    <Dialog onClose={onClose} size="lg" title={t(`forms.pick.${what}`)}>
      <TextInput
        data-autofocus aria-label={t('common.search')} placeholder={t('common.search')} value={text} mb="sm" onChange={(e) => setText(e.currentTarget.value)}
        onKeyDown={(e) => { if (e.key === 'Enter' && first) { e.preventDefault(); onPick(first.cls); } }}
      />
      <ScrollArea h={420} viewportProps={{ tabIndex: 0 }}>
        <Stack gap={2}>
          {found.slice(0, 150).map((one) => (
            <UnstyledButton key={one.cls} className="mr-nav-link" onClick={() => onPick(one.cls)} data-type={one.cls} style={{ border: '1px solid var(--mr-line)' }}>
              <Text size="sm" fw={600}>{shortType(one.cls)} {one.title && <Text span size="sm" c="dimmed" fw={400}>{one.title}</Text>}</Text>
              {one.group && <Text size="xs" c="dimmed" className="mr-mono">{one.cls}</Text>}
            </UnstyledButton>
          ))}
          {plugins.error && !plugins.data && <ProblemView error={plugins.error} onRetry={() => void plugins.refetch()} />}
          {found.length === 0 && !plugins.error && <Text size="sm" c="dimmed">{t(plugins.isLoading ? 'common.loading' : 'shell.nothing')}</Text>}
        </Stack>
      </ScrollArea>
    </Dialog>
  );
}
