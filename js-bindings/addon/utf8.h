#pragma once

#include <string>

namespace realm {

/** UTF-8 of the system as UTF-16; each byte that is none becomes U+FFFD. */
inline std::u16string Utf16Of(const std::string& utf8) {
  std::u16string text;
  for (size_t i = 0; i < utf8.size();) {
    const auto lead = static_cast<unsigned char>(utf8[i]);
    const size_t length = lead < 0x80    ? 1
                          : lead >= 0xF0 ? 4
                          : lead >= 0xE0 ? 3
                          : lead >= 0xC0 ? 2
                                         : 0;
    char32_t point = length == 1 ? lead : lead & (0x7F >> length);
    bool valid = length > 0 && lead < 0xF5 && i + length <= utf8.size();
    for (size_t k = 1; valid && k < length; k++) {
      const auto next = static_cast<unsigned char>(utf8[i + k]);
      valid = (next & 0xC0) == 0x80;
      point = point << 6 | (next & 0x3F);
    }
    if (!valid) {
      text += u'\uFFFD';
      i++;
      continue;
    }
    if (point >= 0x10000) {
      text += static_cast<char16_t>(0xD800 + ((point - 0x10000) >> 10));
      point = 0xDC00 + (point & 0x3FF);
    }
    text += static_cast<char16_t>(point);
    i += length;
  }
  return text;
}

}  // namespace realm
