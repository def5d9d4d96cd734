// SPDX-License-Identifier: Apache-2.0
import { Stack } from '@mantine/core';
import { Component, type ReactNode } from 'react';
import { ProblemView } from './basics';

/** A page that broke says so; the others are still there. Another `place` is another try. */
export class Boundary extends Component<{ children: ReactNode; place?: string }, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(previous: { place?: string }) {
    if (previous.place !== this.props.place && this.state.error !== undefined) this.setState({ error: undefined });
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    return (
      <Stack p="xl">
        <ProblemView error={this.state.error} onRetry={() => this.setState({ error: undefined })} />
      </Stack>
    );
  }
}
