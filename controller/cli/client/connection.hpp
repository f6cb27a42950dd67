// Connection: the command line's way to a controller. Finds it, brings one up in the background where none
// answers on the default socket, asks, and turns problems into CommandFailed. Owned by the session.
#pragma once

#include <memory>
#include <string>

#include "common/base/log.hpp"
#include "common/http/client.hpp"
#include "common/tls/tls.hpp"
#include "controller/cli/client/background.hpp"
#include "controller/cli/failure.hpp"
#include "controller/cli/ui/terminal.hpp"

namespace flowyard::controller::cli {

enum class AutoStart { Yes, Never };

struct Target {
  http::Endpoint endpoint;
  Secret token;                       // for TCP
  tls::ClientOptions tls_files = {};  // for https
  BackgroundStart start;              // what to start where nothing answers
  AutoStart auto_start = AutoStart::Never;
  bool is_own = false;  // of this user, on this machine, in the folders of `start`
};

class Connection {
 public:
  // CommandFailed where a file for TLS cannot be used.
  Connection(async::Executor executor, Target target, Terminal& terminal);

  // For commands that make no sense with a fresh controller (status, stop).
  void never_start() { target_.auto_start = AutoStart::Never; }

  // The body of a successful answer; CommandFailed with all errors of any other.
  async::Task<std::string> get(std::string path);
  async::Task<std::string> post(std::string path, std::string json = {});
  async::Task<std::string> remove(std::string path);

  // Any answer.
  async::Task<http::Response> ask(http::Request request);
  // A body that is read piece by piece. With Never, CommandFailed where no controller answers.
  async::Task<std::unique_ptr<http::ResponseStream>> open(std::string path, http::Headers headers = {},
                                                          AutoStart start = AutoStart::Yes);
  // Any answer, whatever its status.
  async::Task<std::unique_ptr<http::ResponseStream>> open(http::Request request,
                                                          AutoStart start = AutoStart::Yes);

  const Target& target() const { return target_; }

 private:
  http::Request signed_request(http::Request request) const;
  async::Task<> bring_up(std::string why);
  CommandFailed unreachable(const std::string& why) const;

  Target target_;
  Terminal& terminal_;
  http::Client client_;
};

// What a refusal says, and what to do about it.
Errors errors_of(const http::Response& response);

// A path with parts from users in it: "/api/v1/workers/" + percent-encoded name + tail.
std::string path_of(std::string_view collection, std::string_view name, std::string_view tail = "");

}  // namespace flowyard::controller::cli
