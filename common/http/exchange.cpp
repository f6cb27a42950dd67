#include "common/http/exchange.hpp"

namespace flowyard::http {

namespace {

namespace errc = boost::system::errc;

[[noreturn]] void raise(const ParseFailed& failed) {
  using enum ParseFailed::Reason;
  if (failed.reason() == CutShort)
    throw boost::system::system_error(asio::error::make_error_code(asio::error::eof),
                                      "the response was cut short");
  if (failed.reason() == BodyTooLarge)
    throw boost::system::system_error(errc::make_error_code(errc::message_size),
                                      "the response is larger than this client accepts");
  throw boost::system::system_error(errc::make_error_code(errc::bad_message),
                                    std::string("the response is not HTTP: ") + failed.what());
}

}  // namespace

Exchange::Exchange(std::unique_ptr<Connection> connection, ParseLimits limits, Method method)
    : connection_(std::move(connection)),
      limits_(limits),
      method_(method),
      parser_(response_parser(limits_, method_)) {}

async::Task<std::optional<Exchange::Lost>> Exchange::begin(std::string_view head, std::string_view body) {
  const Written written = co_await connection_->write(head, body);
  if (written.failure == asio::error::operation_aborted) throw boost::system::system_error(written.failure);
  broken_ = bool(written.failure);
  boost::system::error_code failure = asio::error::eof;
  try {
    while (!parser_->head_done()) {
      if (co_await fill() == 0) {
        if (!parser_->started()) break;
        parser_->put_end();
      }
      parse();
    }
  } catch (const ParseFailed& failed) {
    raise(failed);
  } catch (const boost::system::system_error& error) {
    if (parser_->started() || async::is_cancellation(error)) throw;
    failure = error.code();
  }
  if (parser_->head_done()) co_return std::nullopt;
  co_return Lost{.failure = broken_ ? written.failure : failure, .bytes_sent = written.bytes};
}

async::Task<std::size_t> Exchange::fill() {
  const auto room = inbox_.room();
  const std::size_t count = co_await connection_->read_some(room.data, room.size);
  inbox_.commit(count);
  co_return count;
}

// Takes what can be taken from the inbox.
void Exchange::parse() {
  while (!parser_->done() && !inbox_.empty()) {
    const std::size_t taken = parser_->put(inbox_.unparsed());
    inbox_.consume(taken);
    const bool interim = parser_->head_done() && parser_->status / 100 == 1 && parser_->status != 101;
    if (interim) {
      parser_ = response_parser(limits_, method_);
    } else if (taken == 0) {
      break;
    }
  }
}

async::Task<> Exchange::read_more() {
  try {
    if (co_await fill() == 0) parser_->put_end();
    parse();
  } catch (const ParseFailed& failed) {
    raise(failed);
  }
}

Response Exchange::take_head() {
  Response response;
  response.status = parser_->status;
  response.headers = std::move(parser_->headers);
  return response;
}

std::unique_ptr<Connection> Exchange::take_connection() {
  const bool reusable =
      parser_->done() && !broken_ && parser_->keep_alive() && parser_->status != 101 && inbox_.empty();
  return reusable ? std::move(connection_) : nullptr;
}

}  // namespace flowyard::http
