#include "common/http/message_parser.hpp"

#include <boost/beast/http/basic_parser.hpp>
#include <boost/beast/http/error.hpp>

namespace flowyard::http {

namespace {

namespace beast = boost::beast::http;
using boost::beast::error_code;
using boost::beast::string_view;

std::string text(string_view view) {
  return {view.data(), view.size()};
}

[[noreturn]] void fail(const error_code& failure) {
  using enum ParseFailed::Reason;
  auto reason = Malformed;
  if (failure == beast::error::header_limit) reason = HeaderTooLarge;
  if (failure == beast::error::body_limit) reason = BodyTooLarge;
  if (failure == beast::error::partial_message) reason = CutShort;
  throw ParseFailed(reason, failure.message());
}

// Beast's tokenizer with our own values behind it.
template <bool isRequest>
class Tokens final : public beast::basic_parser<isRequest> {
 public:
  Tokens(MessageParser& message, ParseLimits limits, Method method) : message_(message) {
    this->eager(true);
    this->header_limit(static_cast<std::uint32_t>(limits.header));
    this->body_limit(limits.body == UINT64_MAX ? boost::none : boost::optional<std::uint64_t>(limits.body));
    if (method == Method::Head) this->skip(true);
  }

 private:
  void on_request_impl(beast::verb, string_view method, string_view target, int version,
                       error_code&) override {
    message_.method = method_from({method.data(), method.size()});
    message_.never_allowed = method == "TRACE" || method == "CONNECT" || method == "QUERY";
    message_.target = text(target);
    known_version_ = version;
  }
  void on_response_impl(int status, string_view, int version, error_code&) override {
    message_.status = status;
    known_version_ = version;
  }
  void on_field_impl(beast::field, string_view name, string_view value, error_code&) override {
    if (!in_body_) message_.headers.add(text(name), text(value));
  }
  void on_header_impl(error_code&) override { in_body_ = true; }
  void on_body_init_impl(const boost::optional<std::uint64_t>& size, error_code&) override {
    // A peer must send what it announced before more than this is set aside for it.
    if (size) message_.body.reserve(std::min<std::uint64_t>(*size, 1u << 20));
  }
  std::size_t on_body_impl(string_view piece, error_code&) override { return append(piece); }
  void on_chunk_header_impl(std::uint64_t, string_view, error_code&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t, string_view piece, error_code&) override {
    return append(piece);
  }
  void on_finish_impl(error_code&) override {}

  std::size_t append(string_view piece) {
    message_.body.append(piece.data(), piece.size());
    return piece.size();
  }

  MessageParser& message_;
  bool in_body_ = false;

 public:
  int known_version_ = 11;
};

template <bool isRequest>
class BeastParser final : public MessageParser {
 public:
  BeastParser(ParseLimits limits, Method request_method)
      : tokens_(*this, limits, request_method), longest_gap_(limits.header) {}

  std::size_t put(std::string_view bytes) override {
    error_code failure;
    const auto taken = tokens_.put(boost::asio::const_buffer(bytes.data(), bytes.size()), failure);
    if (failure && failure != beast::error::need_more) fail(failure);
    // Beast bounds the header, but not the line before a chunk.
    if (taken == 0 && bytes.size() > longest_gap_)
      throw ParseFailed(ParseFailed::Reason::Malformed, "a chunk header that does not end");
    return taken;
  }

  void put_end() override {
    error_code failure = beast::error::partial_message;
    if (tokens_.got_some()) tokens_.put_eof(failure);
    if (failure) fail(failure);
  }

  bool started() const override { return tokens_.got_some(); }
  bool head_done() const override { return tokens_.is_header_done(); }
  bool done() const override { return tokens_.is_done(); }
  bool keep_alive() const override { return tokens_.keep_alive(); }
  bool http10() const override { return tokens_.known_version_ < 11; }

 private:
  Tokens<isRequest> tokens_;
  std::size_t longest_gap_;
};

}  // namespace

std::unique_ptr<MessageParser> request_parser(ParseLimits limits) {
  return std::make_unique<BeastParser<true>>(limits, Method::Get);
}

std::unique_ptr<MessageParser> response_parser(ParseLimits limits, Method method) {
  return std::make_unique<BeastParser<false>>(limits, method);
}

}  // namespace flowyard::http
