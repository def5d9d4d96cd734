// SPDX-License-Identifier: Apache-2.0
import { Button, Menu } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconDeviceFloppy, IconTemplate } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate, useSearchParams } from 'react-router';
import { path } from '../../api/client';
import type { FlowDocument } from '../../api/types';
import { useTenant } from '../../app/context';
import { useChange } from '../../app/hooks';
import { PageHeader, PageTitle, TextLink } from '../../components/basics';
import { BLUEPRINTS, blueprint } from './blueprints';
import { FlowDesigner } from './FlowDesigner';
import { TeamBlueprintItems, TeamBlueprintPicker, TemplateArguments } from './TeamBlueprints';
import type { TeamBlueprint } from './teamBlueprints';
import { useLeaveGuard } from './useLeaveGuard';

export default function NewFlowPage() {
  const { t } = useTranslation();
  const { api, to, me } = useTenant();
  const navigate = useNavigate();
  const [search] = useSearchParams();
  // whoever is bound to one namespace begins there
  const own = me.grants.find((grant) => grant.permissions.includes('FLOW_CREATE'))?.namespace;
  const [start] = useState(() => blueprint(search.get('blueprint') ?? 'hello', search.get('namespace') ?? (own ? own : 'company.team')));
  const [text, setText] = useState(start);
  const [picking, setPicking] = useState(false);
  const [template, setTemplate] = useState<TeamBlueprint | null>(null);
  const take = useChange((id: string) => api.text(`blueprints/custom/${path(id)}/source`), { touches: [], then: setText });
  const pick = (one: TeamBlueprint) => {
    setPicking(false);
    if (one.template) setTemplate(one);
    else take.mutate(one.id);
  };
  const [settled] = useDebouncedValue(text, 250);
  const leave = useLeaveGuard(text !== start);
  const save = useChange((source: string) => api.yaml<FlowDocument>('POST', 'flows', source), {
    done: (flow) => t('editor.saved', { revision: flow.revision }), touches: ['flows', 'triggers', 'namespaces'],
    then: (flow) => leave(() => void navigate(to('flows', flow.namespace, flow.id, 'edit'))),
  });
  return (
    <>
      <PageTitle title={t('flows.create')} />
      <PageHeader title={t('flows.create')} crumbs={<TextLink to={to('flows')}>{t('nav.flows')}</TextLink>}>
        <Menu position="bottom-end">
          <Menu.Target><Button variant="default" leftSection={<IconTemplate size={16} />}>{t('blueprints.title')}</Button></Menu.Target>
          <Menu.Dropdown>
            {BLUEPRINTS.map((id) => <Menu.Item key={id} onClick={() => setText(blueprint(id, own ? own : 'company.team'))}>{t(`blueprints.${id}`)}</Menu.Item>)}
            <TeamBlueprintItems onPick={pick} onAll={() => setPicking(true)} />
          </Menu.Dropdown>
        </Menu>
        {picking && <TeamBlueprintPicker onPick={pick} onClose={() => setPicking(false)} />}
        {template && <TemplateArguments blueprint={template} onSource={(source) => { setTemplate(null); setText(source); }} onClose={() => setTemplate(null)} />}
      </PageHeader>
      <FlowDesigner
        text={text} settled={settled} onChange={setText} readOnly={false} onSave={() => save.mutate(text)}
        actions={<Button size="xs" leftSection={<IconDeviceFloppy size={16} />} loading={save.isPending} onClick={() => save.mutate(text)}>{t('common.save')}</Button>}
      />
    </>
  );
}
