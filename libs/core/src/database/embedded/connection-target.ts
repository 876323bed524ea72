/** How to reach a database: what `pg` takes, with nothing left open. `host` is the directory of a unix socket. */
export interface ConnectionTarget {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
}

/** The same as a URL that libpq's tools and `pg` read. Holds the password. */
export const asUrl = ({ host, port, user, password, database }: ConnectionTarget): string =>
  `postgresql://${encodeURIComponent(user)}:${encodeURIComponent(password)}@/${encodeURIComponent(database)}?host=${encodeURIComponent(host)}&port=${port}`;
