// SPDX-License-Identifier: Apache-2.0
const place = document.getElementById('place');
const told = document.getElementById('told');

document.getElementById('where').addEventListener('submit', (event) => {
  event.preventDefault();
  const { token, ...where } = Object.fromEntries(new FormData(event.target));
  const run = document.createElement('millrace-run');
  for (const [name, value] of Object.entries(where)) run.setAttribute(name, value);
  run.token = () => token; // a portal would ask its server for one that is still good
  place.replaceChildren(run);
});

for (const name of ['millrace-started', 'millrace-ended', 'millrace-problem']) {
  document.addEventListener(name, ({ detail }) => {
    told.textContent = `${name} ${detail.id ?? detail.message} ${detail.state?.current ?? ''}`;
  });
}
