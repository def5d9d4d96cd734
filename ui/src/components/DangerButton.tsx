// SPDX-License-Identifier: Apache-2.0
import { Button, type ButtonProps } from '@mantine/core';
import type { ComponentPropsWithoutRef } from 'react';

type Props = ButtonProps & Omit<ComponentPropsWithoutRef<'button'>, keyof ButtonProps>;

/** For what can't be undone: outlined, and readable in light and dark, also when it is pointed at. */
export function DangerButton(props: Props) {
  return <Button variant="outline" color="red.8" styles={{ label: { color: 'light-dark(var(--mantine-color-red-9), var(--mantine-color-red-4))' } }} {...props} />;
}
