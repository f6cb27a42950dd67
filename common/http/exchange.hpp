// Exchange: one request and its response on one connection. Internal to common/http.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "common/http/connection.hpp"
#include "common/http/inbox.hpp"
#include "common/http/message_parser.hpp"

namespace flowyard::http {

class Exchange {
 public:
  Exchange(std::unique_ptr<Connection> connection, ParseLimits limits, Method method);

  // How a connection was lost before any byte of a response.
  struct Lost {
    boost::system::error_code failure;
    std::size_t bytes_sent = 0;
  };

  // Sends the request and reads up to the end of the response's head; interim (1xx) responses are skipped.
  // Both texts must outlive the call. Throws system_error when the response is cut short or is not HTTP.
  async::Task<std::optional<Lost>> begin(std::string_view head, std::string_view body);

  bool done() const { return parser_->done(); }
  // Reads and parses more of the body; throws as above.
  async::Task<> read_more();

  Response take_head();
  std::string take_body() { return std::exchange(parser_->body, {}); }

  // The connection, if it can carry another request; once done().
  std::unique_ptr<Connection> take_connection();

 private:
  async::Task<std::size_t> fill();
  void parse();

  std::unique_ptr<Connection> connection_;
  ParseLimits limits_;
  Method method_;
  std::unique_ptr<MessageParser> parser_;
  Inbox inbox_;
  bool broken_ = false;  // the request could not be written whole
};

}  // namespace flowyard::http
