#pragma once

#include <jni.h>

#include <string>

namespace realm {

/**
 * A Java string of the same UTF-16 code units: JNI's own "UTF" functions speak a modified UTF-8
 * that no one else does. Null, with a Java exception pending, if Java has no memory for it.
 */
inline jstring JavaText(JNIEnv* jni, const std::u16string& text) {
  return jni->NewString(reinterpret_cast<const jchar*>(text.data()),
                        static_cast<jsize>(text.size()));
}

/** The UTF-16 code units of a Java string. */
inline std::u16string TextOf(JNIEnv* jni, jstring text) {
  const jsize length = jni->GetStringLength(text);
  std::u16string units(static_cast<size_t>(length), u'\0');
  jni->GetStringRegion(text, 0, length, reinterpret_cast<jchar*>(units.data()));
  return units;
}

}  // namespace realm
