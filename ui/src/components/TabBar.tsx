// SPDX-License-Identifier: Apache-2.0
import { Tabs } from '@mantine/core';

const inSight = (tab: HTMLElement | null) => tab?.scrollIntoView({ block: 'nearest', inline: 'nearest' });

interface Props<Id extends string> {
  value: Id | null;
  tabs: readonly Id[];
  nameOf: (id: Id) => string;
  onChange: (id: Id) => void;
}

/** The parts of a page in one line: where that is too long it is moved, so that the one that is open is in sight. */
export function TabBar<Id extends string>({ value, tabs, nameOf, onChange }: Props<Id>) {
  return (
    <Tabs value={value} onChange={(next) => next && onChange(next as Id)} mb="md" keepMounted={false}>
      <Tabs.List className="mr-tabs">
        {tabs.map((id) => <Tabs.Tab key={id} value={id} ref={id === value ? inSight : undefined}>{nameOf(id)}</Tabs.Tab>)}
      </Tabs.List>
    </Tabs>
  );
}
