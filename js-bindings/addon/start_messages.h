#pragma once

#include <cstdarg>
#include <cstdio>
#include <string>

namespace realm {

/**
 * What the virtual machine's own C++ code prints while it starts. It is kept back: the reason of a
 * failure belongs in the error's message, not on the program's stderr.
 */
namespace start_messages {

/** Keeps from now on what Print() is given. */
void Begin();

/** Print() prints from now on. Returns what was kept. */
std::string End();

/**
 * The machine's "vfprintf" hook. It prints on stderr whatever stream is asked for: the machine's
 * warnings and logs do not belong into the output of the program.
 */
int Print(FILE*, const char* format, va_list args);

}  // namespace start_messages
}  // namespace realm
