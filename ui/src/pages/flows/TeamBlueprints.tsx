// SPDX-License-Identifier: Apache-2.0
import { ActionIcon, Group, Menu, ScrollArea, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { path } from '../../api/client';
import type { Page } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { Await } from '../../components/basics';
import { useConfirm } from '../../components/confirm';
import { Dialog } from '../../components/Dialog';
import { FormDialog } from '../../components/FormDialog';
import { InputsForm, type InputValues } from '../../components/InputsForm';
import { argumentsOf, valuesOf, type TeamBlueprint } from './teamBlueprints';

/** So many are in the menu itself; all others are searched for. */
const IN_MENU = 8;
const IN_LIST = 100;

function useTeamBlueprints(text: string, size: number) {
  const { api } = useTenant();
  return useQuery({
    queryKey: [api.tenant, 'blueprints', text, size],
    queryFn: ({ signal }) => api.get<Page<TeamBlueprint>>('blueprints/custom', { q: text, size }, signal),
    placeholderData: keepPreviousData,
  });
}

/** What the team begins its flows with, in a menu. */
export function TeamBlueprintItems({ onPick, onAll }: { onPick: (blueprint: TeamBlueprint) => void; onAll: () => void }) {
  const { t } = useTranslation();
  const { can } = useTenant();
  const found = useTeamBlueprints('', IN_MENU);
  if (found.error && !found.data) return <Menu.Item c="var(--mr-failed)" closeMenuOnClick={false} onClick={() => void found.refetch()}>{t('blueprints.failed')}</Menu.Item>;
  if (!found.data?.total) return null;
  return (
    <>
      <Menu.Divider />
      <Menu.Label>{t('blueprints.team')}</Menu.Label>
      {found.data.results.map((one) => <Menu.Item key={one.id} onClick={() => onPick(one)} data-blueprint={one.title}>{one.title}</Menu.Item>)}
      {(found.data.total > IN_MENU || can('FLOW_DELETE', '')) && <Menu.Item onClick={onAll}>{t('blueprints.all', { count: found.data.total })}</Menu.Item>}
    </>
  );
}

/** All of them, by title and description. */
export function TeamBlueprintPicker({ onPick, onClose }: { onPick: (blueprint: TeamBlueprint) => void; onClose: () => void }) {
  const { t } = useTranslation();
  const { api, can } = useTenant();
  const confirm = useConfirm();
  const remove = useChange((id: string) => api.delete(`blueprints/flows/${path(id)}`), { done: t('blueprints.deleted'), touches: ['blueprints'] });
  const [text, setText] = useState('');
  const [asked] = useDebouncedValue(text, 250);
  const found = useTeamBlueprints(asked, IN_LIST);
  return (
    <Dialog onClose={onClose} size="lg" title={t('blueprints.team')}>
      <TextInput data-autofocus aria-label={t('common.search')} placeholder={t('common.search')} value={text} mb="sm" onChange={(e) => setText(e.currentTarget.value)} />
      <ScrollArea h={420} viewportProps={{ tabIndex: 0 }}>
        <Await query={found}>
          {({ results }) => (
            <Stack gap={2}>
              {results.map((one) => (
                <Group key={one.id} gap={4} wrap="nowrap">
                  <UnstyledButton flex={1} className="mr-nav-link" onClick={() => onPick(one)} data-blueprint={one.title} style={{ border: '1px solid var(--mr-line)' }}>
                    <Text size="sm" fw={600}>{one.title}</Text>
                    {one.description && <Text size="xs" c="dimmed" lineClamp={2}>{one.description}</Text>}
                  </UnstyledButton>
                  {can('FLOW_DELETE', '') && (
                    <ActionIcon
                      aria-label={t('blueprints.delete', { title: one.title })} loading={remove.isPending && remove.variables === one.id}
                      onClick={() => void confirm({ title: t('blueprints.delete', { title: one.title }), text: t('blueprints.deleteText'), confirm: t('common.delete'), danger: true }).then((yes) => yes && remove.mutate(one.id))}
                    >
                      <IconTrash size={16} />
                    </ActionIcon>
                  )}
                </Group>
              ))}
              {results.length === 0 && <Text size="sm" c="dimmed">{t('shell.nothing')}</Text>}
            </Stack>
          )}
        </Await>
      </ScrollArea>
    </Dialog>
  );
}

interface ArgumentsProps {
  blueprint: TeamBlueprint;
  onSource: (source: string) => void;
  onClose: () => void;
}

/** Asks for what a template wants to know, and has it make the source. */
export function TemplateArguments({ blueprint, onSource, onClose }: ArgumentsProps) {
  const { t } = useTranslation();
  const { api } = useTenant();
  const [values, setValues] = useState<InputValues>({});
  const asked = argumentsOf(blueprint);
  const use = useChange(
    () => api.post<{ generatedFlowSource: string }>(`blueprints/flows/${path(blueprint.id)}/use-template`, { templateArgumentsInputs: valuesOf(asked, values) }),
    { touches: [], then: (made) => onSource(made.generatedFlowSource) },
  );
  return (
    <FormDialog title={blueprint.title} submit={t('blueprints.use')} busy={use.isPending} onSubmit={() => use.mutate(undefined)} onClose={onClose}>
      {blueprint.description && <Text size="sm" c="dimmed">{blueprint.description}</Text>}
      <InputsForm inputs={asked} values={values} onChange={setValues} />
    </FormDialog>
  );
}
