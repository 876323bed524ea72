import { settingMeta, settingNames, settings, type SettingMeta, type SettingName } from './settings.js';

export interface SettingDescription extends Omit<SettingMeta, 'otherwise' | 'secret'> {
  name: SettingName;
  secret: boolean;
  /** What holds where it is not set, as it would be written or in words. */
  default: string;
}

/** Every setting, in the order of the documentation; docs/operating.md's table is made of it. */
export function describeSettings(): SettingDescription[] {
  return settingNames.map((name) => {
    const { otherwise, secret, ...meta } = metaOf(name);
    return { name, ...meta, secret: secret ?? false, default: otherwise ?? String(settings.shape[name].parse(undefined)) };
  });
}

export function metaOf(name: SettingName): SettingMeta {
  const meta = settingMeta.get(settings.shape[name]);
  if (meta === undefined) throw new TypeError(`the setting ${name} is not described`);
  return meta;
}
