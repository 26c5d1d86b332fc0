import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';

const DOCS = join(dirname(fileURLToPath(import.meta.url)), '..');

const ICON =
  "data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'><path fill='none' stroke='%230b6e4f' stroke-width='4' stroke-linecap='round' d='M26 16a10 10 0 1 1-3-7M23 3v6h-6'/></svg>";

const page = (text: string, link: string) => ({ text, link: `/${link}` });

const SIDEBAR = [
  { text: 'Start', items: [page('Start', 'start'), page('Guide', 'guide'), page('Decorators', 'decorators')] },
  {
    text: 'HTTP',
    items: [
      page('axios', 'axios'),
      page('fetch, and pages', 'fetch'),
      page('What servers say about time', 'server-timing'),
      page('Recipes for SDKs', 'recipes'),
    ],
  },
  {
    text: 'Load and outages',
    items: [
      page('Limits', 'limits'),
      page('Limits of well-known APIs', 'limits-recipes'),
      page('When a server is down', 'when-a-server-is-down'),
      page('Streams', 'streams'),
      page('Recipes for streams', 'recipes-streams'),
      page('Job queues', 'queues'),
    ],
  },
  {
    text: 'See and test',
    items: [
      page('Simulation', 'simulation'),
      page('Testing', 'testing'),
      page('Logging', 'logging'),
      page('Telemetry', 'telemetry'),
      page('The running attempt', 'context'),
    ],
  },
  {
    text: 'Reference',
    items: [
      page('Options', 'options'),
      page('Errors', 'errors'),
      page('Policies as JSON', 'policies'),
      page('API', 'reference/'),
    ],
  },
  {
    text: 'Coming from',
    items: [
      page('tenacity', 'tenacity'),
      page('axios-retry', 'axios#coming-from-axios-retry'),
      page('bottleneck and others', 'limits#coming-from-another-library'),
      page('opossum', 'from-opossum'),
      page('cockatiel', 'from-cockatiel'),
    ],
  },
  {
    text: 'Evidence',
    items: [page('Comparison', 'comparison'), page('Performance', 'performance'), page('Proofs', 'proof')],
  },
  {
    text: 'Inside',
    items: [
      page('Architecture', 'architecture'),
      page('Extending', 'extending'),
      page('Decisions', 'decisions/README'),
      page('Contributing', 'contributing'),
      page('Releasing', 'release'),
      page('Changelog', 'changelog'),
    ],
  },
];

/** The modules of the API reference, each with its kinds of symbols. */
function referenceSidebar() {
  const root = join(DOCS, 'reference');
  if (!existsSync(root)) return [];
  const folders = readdirSync(root, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const modules = folders.map(({ name }) => ({
    text: name === 'index' ? 'tenax' : `tenax/${name}`,
    link: `/reference/${name}/`,
    collapsed: true,
    items: readdirSync(join(root, name), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((kind) => ({
        text: kind.name,
        // Without a link the whole line would be a button with a button in it.
        link: `/reference/${name}/#${kind.name}`,
        collapsed: true,
        items: readdirSync(join(root, name, kind.name))
          .filter((file) => file.endsWith('.md'))
          .map((file) => page(file.slice(0, -3), `reference/${name}/${kind.name}/${file.slice(0, -3)}`)),
      })),
  }));
  return [
    { text: 'Back to the guide', link: '/guide' },
    { text: 'API', items: modules },
  ];
}

/** Whether a link of a page leads to a file of the repository that is not a page of the site. */
function leavesSite(href: string, from: string): boolean {
  if (/^[a-z]+:|^#|^\//.test(href)) return false;
  const path = relative(DOCS, join(dirname(from), href.replace(/[#?].*$/, '')));
  return path.startsWith('..') || path.startsWith('examples') || path.startsWith('.ci');
}

export default defineConfig({
  title: 'tenax',
  description: 'Retries, rate limits and circuit breakers for TypeScript',
  lang: 'en',
  base: process.env.TENAX_SITE_BASE ?? '/',
  head: [['link', { rel: 'icon', href: ICON }]],
  srcExclude: ['**/node_modules/**', 'playground/**', 'examples/**'],
  // Its tables need the whole width; it has a table of contents of its own.
  transformPageData(page) {
    if (page.relativePath === 'options.md') page.frontmatter.aside = false;
  },
  // The theme's home page has no main landmark.
  transformHtml: (code) => code.replace('class="VPContent is-home"', 'role="main" $&'),
  // The playground is not a page of VitePress; the built site has it.
  ignoreDeadLinks: [/playground\/index/],
  markdown: {
    theme: { light: 'github-light-high-contrast', dark: 'github-dark-high-contrast' },
    config(md) {
      // Links to sources become plain text: the site has no repository beside it.
      md.core.ruler.push('links-to-sources', (state) => {
        const from = join(DOCS, (state.env as { relativePath?: string }).relativePath ?? 'index.md');
        for (const { children } of state.tokens) {
          let depth = 0;
          for (const token of children ?? []) {
            if (token.type === 'link_open' && leavesSite(String(token.attrGet('href')), from)) depth += 1;
            else if (token.type !== 'link_close' || depth === 0) continue;
            else depth -= 1;
            token.type = 'text';
            token.tag = '';
            token.nesting = 0;
            token.content = '';
            token.attrs = null;
          }
        }
      });
    },
  },
  themeConfig: {
    nav: [
      page('Guide', 'guide'),
      page('Options', 'options'),
      page('Recipes', 'recipes'),
      page('API', 'reference/'),
      { text: 'Playground', link: '/playground/index.html', target: '_blank' },
    ],
    sidebar: { '/reference/': referenceSidebar(), '/': SIDEBAR },
    outline: [2, 3],
    search: { provider: 'local' },
    footer: { message: 'MIT licence' },
  },
});
