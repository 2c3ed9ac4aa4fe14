export { TestAuthority, type TestCertificate, type TestNames } from './certificates.js';
