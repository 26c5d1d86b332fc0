export { Hook, runHooks, toHook, toHooks, type HookLike } from './hook.js';
