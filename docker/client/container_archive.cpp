// Files into and out of a container, as tar archives.
#include "docker/client/container_call.hpp"
#include "docker/client/engine.hpp"

namespace flowyard::docker {

Task<std::string> Engine::get_archive(std::string name, std::string path, Milliseconds limit) {
  Call call = call_about_container("copy from", name, http::Method::Get, "/archive");
  call.query.add("path", path);
  auto answer = co_await requester_->send(std::move(call), limit);
  co_return std::move(answer.body);
}

Task<> Engine::put_archive(std::string name, std::string folder, std::string archive, Milliseconds limit) {
  Call call = call_about_container("copy to", name, http::Method::Put, "/archive");
  call.query.add("path", folder);
  call.body = std::move(archive);
  call.content_type = "application/x-tar";
  co_await requester_->send(std::move(call), limit);
}

}  // namespace flowyard::docker
