package ai.realm.model.cache;

/**
 * With whom a sequence shares its pages: with all of an equal value. How long an answer takes tells
 * whether its prompt was seen before, so tenants share nothing unless both say so.
 */
public sealed interface Sharing {
  /** How it is asked for, beside the name of a tenant. */
  enum Among {
    /** The tenant's own. */
    TENANT,
    /** All that say so, of whatever tenant. */
    SHARED,
    /** Nobody. */
    NONE;

    /** The sharing of a tenant that asks so. */
    public Sharing of(String tenant) {
      return switch (this) {
        case TENANT -> new Tenant(tenant);
        case SHARED -> new Everyone();
        case NONE -> new Nobody();
      };
    }
  }

  /** With all sequences of an app that tells no tenants apart. */
  Sharing APP = new Tenant("");

  /** With nobody: nothing is taken over, and nothing is left for others. */
  record Nobody() implements Sharing {}

  /**
   * With the other sequences of a tenant.
   *
   * @param key its name, or what stands for it
   */
  record Tenant(Object key) implements Sharing {}

  /** With every sequence of any tenant that says the same. */
  record Everyone() implements Sharing {}
}
