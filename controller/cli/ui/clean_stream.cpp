#include "controller/cli/ui/clean_stream.hpp"

#include "common/base/printable.hpp"

namespace flowyard::controller::cli {

CleanBuffer::~CleanBuffer() {
  below_ << printable(begun_);
}

void CleanBuffer::pass(std::string_view escapes) {
  below_ << printable(begun_) << escapes;
  begun_.clear();
}

std::streamsize CleanBuffer::xsputn(const char* text, std::streamsize size) {
  write({text, static_cast<std::size_t>(size)});
  return size;
}

CleanBuffer::int_type CleanBuffer::overflow(int_type one) {
  if (traits_type::eq_int_type(one, traits_type::eof())) return traits_type::not_eof(one);
  const char character = traits_type::to_char_type(one);
  write({&character, 1});
  return one;
}

int CleanBuffer::sync() {
  below_.flush();
  return below_ ? 0 : -1;
}

void CleanBuffer::write(std::string_view text) {
  std::string joined;
  if (!begun_.empty()) {
    joined = begun_ + std::string(text);
    text = joined;
    begun_.clear();
  }
  std::size_t from = 0;  // of what is not yet written
  for (std::size_t at = 0; at < text.size();) {
    const auto [point, length] = first_character(text.substr(at));
    if (length == 0) {
      below_ << printable(text.substr(from, at - from));
      begun_ = text.substr(at);
      return;
    }
    if (point == '\n' || point == '\t') {
      below_ << printable(text.substr(from, at - from)) << static_cast<char>(point);
      from = at + 1;
    }
    at += length;
  }
  below_ << printable(text.substr(from));
}

std::ostream& operator<<(std::ostream& out, const Painted& painted) {
  auto* clean = dynamic_cast<CleanStream*>(&out);
  if (clean) clean->pass(painted.before);
  out << painted.text;
  if (clean) clean->pass(painted.after);
  return out;
}

}  // namespace flowyard::controller::cli
