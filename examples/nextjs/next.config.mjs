// The package stays out of the server's bundle, as other native packages do.
export default { serverExternalPackages: ['realm-ai'] }
