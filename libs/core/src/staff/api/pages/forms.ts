import { passwordLength } from '../../passwords.js';
import type { Form } from './page.js';

const newPassword = { name: 'password', label: 'Password', type: 'password', autocomplete: 'new-password', hint: `At least ${passwordLength.least} characters: three or four words do well.` } as const;
const key = { name: 'key', label: '', type: 'hidden' } as const;

export const signInForm: Form = {
  title: 'Sign in',
  action: '/sign-in',
  submit: 'Sign in',
  fields: [
    { name: 'email', label: 'E-mail address', type: 'email', autocomplete: 'username' },
    { name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password' },
  ],
};

export const setupForm: Form = {
  title: 'Set up Earshot',
  intro: 'This makes the first library and you its administrator. It can be done once.',
  action: '/setup',
  submit: 'Set up',
  fields: [
    key,
    { name: 'kind', label: 'Who will use this installation?', options: [['library', 'One library, perhaps with branches'], ['consortium', 'A consortium of libraries']] },
    { name: 'library', label: 'Its name', type: 'text', autocomplete: 'organization' },
    { name: 'name', label: 'Your name', type: 'text', autocomplete: 'name' },
    { name: 'email', label: 'Your e-mail address', type: 'email', autocomplete: 'username' },
    newPassword,
  ],
};

export const passwordForm: Form = { title: 'Choose a password', action: '/password', submit: 'Save and sign in', fields: [key, newPassword] };
