// SPDX-License-Identifier: Apache-2.0
export function Logo({ size = 28 }: { size?: number }) {
  return <img src="/ui/favicon.svg" width={size} height={size} alt="" />;
}
