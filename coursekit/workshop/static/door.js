// The secret is behind the #, which no browser sends and no log holds; here it becomes a cookie.
const secret = location.hash.slice(1);
if (secret) {
  history.replaceState(null, "", location.pathname);
  document.getElementById("secret").value = secret;
  document.getElementById("door").submit();
}
