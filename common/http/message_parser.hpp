// MessageParser: one HTTP/1.1 message from bytes, incrementally and without I/O. Internal to common/http; the
// only user of Beast, whose headers only message_parser.cpp includes.
#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include "common/http/message.hpp"

namespace flowyard::http {

// The peer sent something that is not HTTP, or too much of it.
class ParseFailed : public std::runtime_error {
 public:
  enum class Reason { Malformed, HeaderTooLarge, BodyTooLarge, CutShort };
  ParseFailed(Reason reason, const std::string& what) : std::runtime_error(what), reason_(reason) {}
  Reason reason() const { return reason_; }

 private:
  Reason reason_;
};

struct ParseLimits {
  std::size_t header = 64u << 10;
  std::uint64_t body = UINT64_MAX;
};

class MessageParser {
 public:
  virtual ~MessageParser() = default;

  // Consumes what it can of `bytes` and returns how much; 0 means that more must be read first. Throws
  // ParseFailed. Not to be called once done().
  virtual std::size_t put(std::string_view bytes) = 0;
  // The peer will send no more: completes a message that ends with its connection, else throws CutShort.
  virtual void put_end() = 0;

  virtual bool started() const = 0;
  virtual bool head_done() const = 0;
  virtual bool done() const = 0;
  virtual bool keep_alive() const = 0;  // once head_done()
  virtual bool http10() const = 0;      // once head_done()

  // What was parsed so far. Requests have method (none for a word that is not a Method) and target, responses
  // a status. Trailers are dropped.
  std::optional<Method> method;
  bool never_allowed = false;  // TRACE, CONNECT, QUERY: standard, but not used here
  std::string target;
  int status = 0;
  Headers headers;
  std::string body;  // may be moved out in pieces
};

std::unique_ptr<MessageParser> request_parser(ParseLimits limits);
// The method of the request decides whether its response has a body.
std::unique_ptr<MessageParser> response_parser(ParseLimits limits, Method method);

}  // namespace flowyard::http
