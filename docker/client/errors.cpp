#include "docker/client/errors.hpp"

#include <algorithm>
#include <cctype>
#include <initializer_list>
#include <string_view>

namespace flowyard::docker {
namespace {

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool mentions(const std::string& text, std::initializer_list<std::string_view> phrases) {
  const std::string low = lower(text);
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](std::string_view phrase) { return low.find(phrase) != std::string::npos; });
}

// Podman's 500 carries any cause; a 404 or 409 of Docker's already says what it is.
bool says(const EngineError& error, int status, std::initializer_list<std::string_view> phrases) {
  return error.status() == status || (error.status() == 500 && mentions(error.message(), phrases));
}

}  // namespace

EngineError::EngineError(int status, std::string message, std::string asked)
    : std::runtime_error(asked + ": " + message + " (Docker Engine, status " + std::to_string(status) + ")"),
      status_(status),
      message_(std::move(message)),
      asked_(std::move(asked)) {}

EngineUnreachable::EngineUnreachable(const EngineAddress& address, const std::string& reason)
    : std::runtime_error("cannot reach the Docker Engine at " + to_string(address) + ": " + reason + ". " +
                         how_to_reach(address, reason)) {}

ReplyLost::ReplyLost(std::string asked, const std::string& reason)
    : std::runtime_error(asked + ": the Docker Engine's reply was lost: " + reason),
      asked_(std::move(asked)) {}

bool is_not_found(const EngineError& error) {
  return says(error, 404, {"no such", "no container with", "not found", "does not exist"});
}

bool is_conflict(const EngineError& error) {
  return says(error, 409,
              {"already in use", "already exists", "in progress", "is running", "not running",
               "container state improper", "already stopped"});
}

bool is_no_such_image(const EngineError& error) {
  return is_not_found(error) &&
         mentions(error.message(), {"no such image", "image not known", "unable to find image"});
}

bool is_name_in_use(const EngineError& error) {
  return (error.status() == 409 || error.status() == 500) && mentions(error.message(), {"name"}) &&
         mentions(error.message(), {"already in use", "already used", "already exists"});
}

bool is_already_in_progress(const EngineError& error) {
  return (error.status() == 409 || error.status() == 500) &&
         mentions(error.message(), {"already in progress"});
}

bool is_not_running(const EngineError& error) {
  return (error.status() == 409 || error.status() == 500) &&
         mentions(error.message(), {"is not running", "can only kill running", "container state improper"});
}

std::string how_to_reach(const EngineAddress& address, const std::string& reason) {
  const bool local = address.endpoint.kind == http::Endpoint::Kind::Unix;
  if (address.tls && mentions(reason, {"certificate", "handshake", "ssl", "tlsv1", ".pem"})) {
    return "Check the certificates that DOCKER_CERT_PATH and DOCKER_TLS_VERIFY name.";
  }
  if (mentions(reason, {"permission denied"})) {
    return "This user may not use the socket: join the group that owns it ('sudo usermod -aG docker $USER', "
           "then log in again), or use sudo.";
  }
  if (local && mentions(reason, {"no such file"})) {
    return "There is no such socket: install and start Docker ('sudo systemctl start docker'), or name "
           "another "
           "Engine in DOCKER_HOST.";
  }
  if (local) {
    return "Nobody listens there: start Docker ('sudo systemctl start docker'), or name another Engine in "
           "DOCKER_HOST.";
  }
  return "Check DOCKER_HOST, and that the Engine on that machine listens on this port.";
}

}  // namespace flowyard::docker
