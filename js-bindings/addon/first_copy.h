#pragma once

#include <node_api.h>

namespace realm {

/**
 * The copies of this addon in the process. npm may install several versions of the package side by
 * side, and each brings a file of its own, which the system loads as a library of its own, with
 * statics of its own. A process has room for one Java virtual machine, so one copy serves all: the
 * first that was loaded, whichever thread loaded it.
 */
namespace first_copy {

/** Fills the exports of a module: what a copy is entered by, in any version. */
using Entry = napi_value (*)(napi_env env, napi_value exports);

/** The entry of the first copy, or `own` where no copy can be found by the name of its entry. */
Entry Or(Entry own);

}  // namespace first_copy
}  // namespace realm
