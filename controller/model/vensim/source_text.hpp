// SourceText: the bytes of a model file as UTF-8 with `\n` line ends, whatever encoding and line ends they
// had. A pure function of the bytes; no executor.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace flowyard::controller::model::vensim {

struct SourceText {
  std::string text;
  // The file calls itself UTF-8 but has bytes that are not; those were read as Windows-1252.
  bool mixed_encoding = false;
};

// A byte order mark decides first (UTF-8, UTF-16), then zeros in every second byte (UTF-16), then the
// `{UTF-8}` header or well-formedness; anything else is Windows-1252, what Vensim writes without that header.
// CR and CR LF become LF, the mark is dropped.
SourceText decode(std::string_view bytes);

// What the text is, where it is no Vensim model at all: nothing, no text, XML.
std::optional<std::string> other_kind_of_file(std::string_view text);

}  // namespace flowyard::controller::model::vensim
