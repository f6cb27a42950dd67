#include "common/http/session.hpp"

#include <cstdio>

#include "common/async/until.hpp"
#include "common/http/inbox.hpp"
#include "common/http/message_parser.hpp"
#include "common/http/message_text.hpp"

namespace flowyard::http {

namespace {

using namespace std::chrono_literals;

// How long the rest of a refused request is read and thrown away, so that the refusal arrives: bytes left
// unread would make the kernel reset the connection.
constexpr Milliseconds kLongestDiscarding = 5s;

// Bytes a peer may send ahead while its request is being answered.
constexpr std::size_t kMostAhead = 256u << 10;
constexpr Milliseconds kLongestWait = 24h * 365;

class Session {
 public:
  Session(Connection& connection, const Service& service, std::string arrived_at, std::function<void()> known)
      : connection_(connection),
        service_(service),
        arrived_at_(std::move(arrived_at)),
        known_(std::move(known)),
        standing_(service.options.guard ? Standing::Stranger : Standing::Known) {}

  async::Task<> run() {
    for (After after = After::KeepAlive; after == After::KeepAlive;) {
      inbox_.settle();
      parser_ = new_parser();
      request_ = Request{};
      if (!co_await read_request()) break;
      auto finished = co_await async::until(answer(), wait_for_hang_up());
      after = finished.value_or(After::Close);
    }
    if (refusal_) co_await refuse();
    co_await connection_.end_writing();
  }

 private:
  using Clock = std::chrono::steady_clock;
  enum class Phase { Idle, Head, Body };  // what is waited for

  // Disconnects a stuck peer; the body of a response waits as long as one between requests may.
  async::Task<> write(std::string_view first, std::string_view second) {
    const Written written =
        co_await async::with_timeout(service_.options.idle_limit, connection_.write(first, second));
    if (!written.failure) co_return;
    peer_gone_ = true;
    throw boost::system::system_error(written.failure, "write");
  }

  class Chunks final : public BodyWriter {
   public:
    Chunks(Session& session, Framing framing) : session_(session), framing_(framing) {}

    async::Task<> write(std::string chunk) override {
      if (chunk.empty()) co_return;  // an empty chunk would be the end
      if (framing_ != Framing::Chunked) {
        co_await session_.write(chunk, {});
        co_return;
      }
      char size[20];
      std::snprintf(size, sizeof size, "%zx\r\n", chunk.size());
      chunk += "\r\n";
      co_await session_.write(size, chunk);
    }

   private:
    Session& session_;
    Framing framing_;
  };

  std::unique_ptr<MessageParser> new_parser() const {
    ParseLimits limits;
    limits.header = service_.options.max_header;
    limits.body = service_.options.max_body;
    return request_parser(limits);
  }

  static int status_of(const ParseFailed& failed) {
    using enum ParseFailed::Reason;
    if (failed.reason() == HeaderTooLarge) return 431;
    if (failed.reason() == BodyTooLarge) return 413;
    return failed.reason() == CutShort ? 0 : 400;
  }

  async::Task<std::size_t> fill() {
    const auto room = inbox_.room();
    const std::size_t count = co_await connection_.read_some(room.data, room.size);
    inbox_.commit(count);
    co_return count;
  }

  // Parses what is there; false when more must be read.
  bool parse() {
    while (!parser_->done() && !inbox_.empty()) {
      const std::size_t taken = parser_->put(inbox_.unparsed());
      inbox_.consume(taken);
      if (taken == 0) break;
    }
    return parser_->done();
  }

  // Whether a complete request was received; if not, the peer has disconnected, or a refusal is prepared.
  async::Task<bool> read_request() {
    try {
      phase_ = Phase::Idle;
      phase_began_ = Clock::now();
      for (bool whole = parse();; whole = parse()) {
        if (enter_phase() && phase_ == Phase::Body) {
          if (!admit()) co_return false;
          if (!whole && expects_continue()) co_await write("HTTP/1.1 100 Continue\r\n\r\n", {});
        }
        if (whole) break;
        if (co_await async::with_timeout(time_left(), fill()) == 0) co_return false;
      }
      request_.body = std::move(parser_->body);
      co_return true;
    } catch (const ParseFailed& failed) {
      refuse_with(status_of(failed));
    } catch (const async::TimedOut&) {
      if (phase_ != Phase::Idle) refuse_with(408);
    }
    co_return false;
  }

  // Updates the phase of the request; true when it changed.
  bool enter_phase() {
    const Phase now = parser_->head_done() ? Phase::Body : parser_->started() ? Phase::Head : Phase::Idle;
    if (now == phase_) return false;
    phase_ = now;
    phase_began_ = Clock::now();
    return true;
  }

  // Applies to the whole phase and not to one read, so that a slow trickle of bytes does not extend it.
  Milliseconds time_left() const {
    const ServerOptions& options = service_.options;
    Milliseconds limit = options.header_limit;
    if (phase_ == Phase::Idle && standing_ == Standing::Known) limit = options.idle_limit;
    if (phase_ == Phase::Body)
      limit = options.body_limit + Milliseconds(parser_->body.size() * 1000 / options.body_rate);
    const auto left = std::chrono::ceil<Milliseconds>(phase_began_ + limit - Clock::now());
    if (left <= Milliseconds{0}) throw async::TimedOut(limit);
    return left;
  }

  // Asks the guard, if there is one, whether the body of this request is to be read at all.
  bool admit() {
    if (!parser_->method) {
      refuse_with(parser_->never_allowed ? 405 : 501);
      if (parser_->never_allowed) refusal_->headers.add("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE");
      return false;
    }
    request_.method = *parser_->method;
    request_.target = std::move(parser_->target);
    request_.headers = std::move(parser_->headers);
    request_.arrived_at = arrived_at_;
    if (!service_.options.guard) return true;
    Admission admission = service_.options.guard(request_);
    if (auto* refused = std::get_if<Response>(&admission)) {
      refusal_ = std::move(*refused);
      return false;
    }
    if (standing_ == Standing::Stranger && std::get<Standing>(admission) == Standing::Known) {
      standing_ = Standing::Known;
      known_();
    }
    return true;
  }

  void refuse_with(int status) {
    if (status != 0) refusal_ = bare_problem(status);
  }

  bool expects_continue() const { return same_name(request_.headers.get("Expect"), "100-continue"); }

  // Returns when the peer hangs up; what it sends ahead is kept for later.
  async::Task<> wait_for_hang_up() {
    bool there = true;
    while (there && inbox_.unparsed().size() < kMostAhead) {
      const std::size_t count = co_await fill();
      there = count > 0;
    }
    // With so much sent ahead, a disconnect need not be noticed.
    if (there) co_await async::sleep_for(kLongestWait);
  }

  async::Task<After> answer() {
    const bool head_only = request_.method == Method::Head;
    const After after = parser_->keep_alive() && !parser_->http10() ? After::KeepAlive : After::Close;
    Response response = co_await handled();
    if (response.stream) co_return co_await answer_stream(std::move(response), head_only, after);
    std::string head;
    try {
      head = head_of(response, Framing::Length, after);
    } catch (const std::invalid_argument& error) {
      service_.log.error("response dropped", {{"error", error.what()}});
      response = bare_problem(500);
      head = head_of(response, Framing::Length, after);
    }
    const bool bodiless = head_only || never_has_body(response.status);
    co_await write(head, bodiless ? std::string_view{} : std::string_view(response.body));
    co_return after;
  }

  async::Task<After> answer_stream(Response response, bool head_only, After after) {
    const bool bodiless = never_has_body(response.status);
    Framing framing = parser_->http10() ? Framing::UntilClose : Framing::Chunked;
    if (bodiless) framing = Framing::Length;
    if (framing == Framing::UntilClose) after = After::Close;
    const std::string head = head_of(response, framing, after);
    co_await write(head, {});
    if (bodiless || head_only) co_return after;
    Chunks chunks(*this, framing);
    try {
      co_await response.stream(chunks);
    } catch (const std::exception& error) {
      // The head was sent: an unterminated body is the only way left to signal the failure.
      if (peer_gone_ || async::is_cancellation(error)) throw;
      service_.log.error("response cut short", {{"request", name_}, {"error", error.what()}});
      co_return After::Close;
    }
    if (framing == Framing::Chunked) co_await write("0\r\n\r\n", {});
    co_return after;
  }

  // The handler's response, or a 500 for its failure.
  async::Task<Response> handled() {
    name_ = std::string(to_string(request_.method)) + " " + request_.target;
    std::exception_ptr failure;
    try {
      co_return co_await service_.handler(std::move(request_));
    } catch (const std::exception& error) {
      failure = std::current_exception();
      if (!async::is_cancellation(error))
        service_.log.error("request failed", {{"request", name_}, {"error", error.what()}});
    }
    // A handler may also end in a cancellation that is not its own; its peer is still waiting.
    const auto state = co_await asio::this_coro::cancellation_state;
    if (state.cancelled() != asio::cancellation_type::none) std::rethrow_exception(failure);
    co_return bare_problem(500);
  }

  async::Task<> refuse() {
    const std::string head = head_of(*refusal_, Framing::Length, After::Close);
    const bool head_only = request_.method == Method::Head;
    co_await write(head, head_only ? std::string_view{} : std::string_view(refusal_->body));
    co_await connection_.end_writing();
    try {
      co_await async::with_timeout(kLongestDiscarding, discard());
    } catch (const async::TimedOut&) {
      // The time to read the refusal is over.
    }
  }

  async::Task<> discard() {
    for (std::size_t count = 1; count > 0;) {
      inbox_.consume(inbox_.unparsed().size());
      count = co_await fill();
    }
  }

  Connection& connection_;
  const Service& service_;
  std::string arrived_at_;
  Inbox inbox_;
  std::unique_ptr<MessageParser> parser_;
  std::function<void()> known_;
  Standing standing_;
  Phase phase_ = Phase::Idle;
  Clock::time_point phase_began_;
  Request request_;                  // from its head on, until it is handled
  std::string name_;                 // of the request being answered, for the log
  std::optional<Response> refusal_;  // of a request that is not one, or that the guard turns away
  bool peer_gone_ = false;           // a write has failed
};

}  // namespace

async::Task<> serve(std::unique_ptr<Connection> connection, const Service& service, std::string arrived_at,
                    std::function<void()> known) {
  Session session(*connection, service, std::move(arrived_at), std::move(known));
  try {
    co_await session.run();
  } catch (const boost::system::system_error& error) {
    // A disconnecting peer is normal.
    if (async::is_cancellation(error)) throw;
    service.log.debug("connection lost", {{"error", error.what()}});
  } catch (const async::TimedOut& error) {
    service.log.debug("connection given up", {{"error", error.what()}});
  }
}

}  // namespace flowyard::http
