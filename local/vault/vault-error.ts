/** What the vault refuses, in the shape of Key Vault's errors. */
export class VaultError extends Error {
  override readonly name = 'VaultError';

  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly innerCode?: string,
  ) {
    super(message);
  }

  static badParameter(message: string): VaultError {
    return new VaultError(400, 'BadParameter', message);
  }

  static notFound(message: string): VaultError {
    return new VaultError(404, 'SecretNotFound', message);
  }
}
