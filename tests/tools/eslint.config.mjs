// One configuration for all JavaScript of the project. The tag's loader must run in the oldest browsers: ES5.
import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['target/', '**/node_modules/', 'snippet/dist/', '.hatsuban/'] },
  js.configs.recommended,
  { rules: { eqeqeq: ['error', 'smart'], 'no-var': 'error', 'prefer-const': 'error' } },
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { ...globals.node, ...globals.browser } },
  },
  {
    files: ['www-demo/site/**/*.js', 'snippet/js/**/*.js', 'tests/e2e/support/apps/**/*.js'],
    languageOptions: { globals: globals.browser },
  },
  {
    files: ['snippet/js/loader.js'],
    languageOptions: { ecmaVersion: 5, sourceType: 'script', globals: { ...globals.browser, __HATSUBAN_SETTINGS__: 'readonly' } },
    rules: { 'no-var': 'off', 'no-unused-vars': ['error', { caughtErrors: 'none' }] },
  },
];
