# The server with its page: docker build -f deploy/docker/server.Dockerfile .
# Every command in here is an npm script, so that npm test runs what the image runs.
FROM node:20.20.2-bookworm-slim AS build
WORKDIR /empty
WORKDIR /app
COPY . .
RUN ["npm", "ci"]
RUN ["npm", "run", "build", "--", "server", "page"]
# What only building and testing need goes away again; dist stays.
RUN ["npm", "run", "deps:server"]

FROM node:20.20.2-bookworm-slim
ENV NODE_ENV=production
WORKDIR /app
COPY --from=build /app/package.json ./
COPY --from=build /app/node_modules node_modules
COPY --from=build /app/packages packages
COPY --from=build /app/apps/server apps/server
COPY --from=build /app/apps/web/dist apps/web/dist
COPY --from=build /app/scripts scripts
# The journal's folder belongs to the user that writes it; a volume mounted here takes that over.
COPY --from=build --chown=1000:1000 /empty /var/lib/vibrissa
ENV VIBRISSA_DATA=/var/lib/vibrissa
USER 1000:1000
EXPOSE 8081
HEALTHCHECK --interval=10s --timeout=3s --start-period=10s CMD ["node", "scripts/healthcheck.mjs", "http://127.0.0.1:8081/healthz"]
CMD ["node", "--max-semi-space-size=32", "apps/server/dist/main.js"]
