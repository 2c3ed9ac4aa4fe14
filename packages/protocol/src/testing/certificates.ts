import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import {
  BasicConstraintsExtension,
  type Extension,
  SubjectAlternativeNameExtension,
  type X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };

const DAY_MS = 86_400_000;

/** Long before and long after any test runs. */
const [ALWAYS_FROM, ALWAYS_TO] = [new Date(2000, 0), new Date(2090, 0)];

/** A certificate and its key, PEM. */
export interface TestCertificate {
  readonly cert: string;
  readonly key: string;
}

export interface TestNames {
  readonly commonName: string;
  readonly dns?: readonly string[];
  readonly uris?: readonly string[];
  readonly ips?: readonly string[];
  /** Its time ran out long ago. */
  readonly expired?: boolean;
}

/** An authority that exists for one test. */
export class TestAuthority {
  readonly #keys: CryptoKeyPair;
  readonly #certificate: X509Certificate;
  #serial = 1;

  private constructor(keys: CryptoKeyPair, certificate: X509Certificate) {
    this.#keys = keys;
    this.#certificate = certificate;
  }

  static async create(name = 'test authority'): Promise<TestAuthority> {
    const keys = await newKeys();
    const certificate = await X509CertificateGenerator.createSelfSigned({
      serialNumber: '01',
      name: `CN=${name}`,
      notBefore: ALWAYS_FROM,
      notAfter: ALWAYS_TO,
      signingAlgorithm: ALGORITHM,
      keys,
      extensions: [new BasicConstraintsExtension(true, undefined, true)],
    });
    return new TestAuthority(keys, certificate);
  }

  /** Its own certificate, PEM. */
  get ca(): string {
    return this.#certificate.toString('pem');
  }

  async issue({
    commonName,
    dns = [],
    uris = [],
    ips = [],
    expired = false,
  }: TestNames): Promise<TestCertificate> {
    const keys = await newKeys();
    const names = [
      ...dns.map((value) => ({ type: 'dns' as const, value })),
      ...uris.map((value) => ({ type: 'url' as const, value })),
      ...ips.map((value) => ({ type: 'ip' as const, value })),
    ];
    const extensions: Extension[] = names.length === 0 ? [] : [new SubjectAlternativeNameExtension(names)];
    const certificate = await X509CertificateGenerator.create({
      serialNumber: (++this.#serial).toString(16).padStart(2, '0'),
      subject: `CN=${commonName}`,
      issuer: this.#certificate.subject,
      notBefore: ALWAYS_FROM,
      notAfter: expired ? new Date(ALWAYS_FROM.getTime() + DAY_MS) : ALWAYS_TO,
      signingAlgorithm: ALGORITHM,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      extensions,
    });
    const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
    return {
      cert: certificate.toString('pem'),
      key: `-----BEGIN PRIVATE KEY-----\n${key.replace(/.{64}(?=.)/g, '$&\n')}\n-----END PRIVATE KEY-----\n`,
    };
  }
}

type CryptoKeyPair = webcrypto.CryptoKeyPair;

function newKeys(): Promise<CryptoKeyPair> {
  return webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
}
