// CleanStream: the one way out for text to people. What is written to it reaches the stream below without
// control characters, but for line ends and tabs; only what is written with pass() is left as it is. A
// character may be written in pieces. Lives no longer than the stream below.
#pragma once

#include <ostream>
#include <streambuf>
#include <string>
#include <string_view>

namespace flowyard::controller::cli {

class CleanBuffer : public std::streambuf {
 public:
  explicit CleanBuffer(std::ostream& below) : below_(below) {}
  ~CleanBuffer() override;

  void pass(std::string_view escapes);

 protected:
  std::streamsize xsputn(const char* text, std::streamsize size) override;
  int_type overflow(int_type one) override;
  int sync() override;

 private:
  void write(std::string_view text);

  std::ostream& below_;
  std::string begun_;  // the beginning of a character whose end is still to come
};

class CleanStream : public std::ostream {
 public:
  explicit CleanStream(std::ostream& below) : std::ostream(nullptr), buffer_(below) { rdbuf(&buffer_); }

  // Escape sequences of our own.
  void pass(std::string_view escapes) { buffer_.pass(escapes); }

 private:
  CleanBuffer buffer_;
};

// Text with escape sequences of our own around it, where it is written to a CleanStream.
struct Painted {
  std::string before, text, after;
};
std::ostream& operator<<(std::ostream& out, const Painted& painted);

}  // namespace flowyard::controller::cli
