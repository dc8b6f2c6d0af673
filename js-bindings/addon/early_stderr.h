#pragma once

#include <jni.h>

#include <string>

namespace realm {

/**
 * What Java code prints on System.err while the virtual machine starts, above all "WARNING: Using
 * incubator modules", which no option turns off. An agent in this addon points System.err at a pipe
 * as soon as the machine has it, which is before it looks at its modules. The process's own stderr
 * stays untouched, for other threads write there meanwhile.
 */
namespace early_stderr {

/** The machine's option that loads the agent. */
std::string AgentOption();

/** Gives System.err back. On the thread that started the machine. */
void Restore(JNIEnv* jni);

/** What was printed, without the warning of the incubator modules. */
std::string Take();

}  // namespace early_stderr
}  // namespace realm
